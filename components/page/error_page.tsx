/** A page that describes an error, with advice for the user. */

export interface ErrorProps {
  title: string;
  message: string;
  advice: string;
  /** For faults of the program: the id to find in the log. */
  requestId?: string;
}

interface PageProps extends ErrorProps {
  status: number;
  /** Whether logging in may help. */
  mayLogIn: boolean;
}

export function ErrorPage({ status, mayLogIn, ...error }: PageProps) {
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
        {mayLogIn
          ? <a class="button primary" href="/login">Log in</a>
          : <a class="button" href="/">To the channels</a>}
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
