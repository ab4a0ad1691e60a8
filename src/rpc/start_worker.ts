/**
 * Starts a thread.
 * @param name of the thread, for the error that `died` is told
 * @param died told of a bug that ended it; nothing it is asked is answered from then on
 */
export function startWorker(url: URL, name: string, died: (error: Error) => void): Worker {
  const worker = new Worker(url, { type: "module", name });
  worker.onerror = (event) => {
    event.preventDefault();
    died(new Error(`the ${name}'s thread died: ${event.message}`));
  };
  return worker;
}
