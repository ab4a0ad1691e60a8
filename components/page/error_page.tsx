/** A page that describes an error, and what the user can do. */

export interface ErrorProps {
  title: string;
  message: string;
  advice: string;
  /** For faults of the program: the id to find in the log. */
  requestId?: string;
}

export function ErrorPage({ status, ...error }: ErrorProps & { status: number }) {
  return (
    <section class="page narrow error-page">
      <p class="status">{status}</p>
      <h1>{error.title}</h1>
      <p>{error.message}</p>
      <p class="dim">{error.advice}</p>
      {error.requestId && (
        <p class="dim">
          Request id: <code>{error.requestId}</code>
        </p>
      )}
      <p>
        <a class="button" href="/">To the channels</a>
      </p>
    </section>
  );
}

export function ErrorFragment({ message, advice, requestId }: ErrorProps) {
  return (
    <div class="problem" role="alert">
      {message} {advice}
      {requestId && (
        <>
          Request id: <code>{requestId}</code>
        </>
      )}
    </div>
  );
}
