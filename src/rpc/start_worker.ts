/**
 * Starts a thread.
 * @param name of the thread, for the error that `died` gets @param died called with the bug that ended it; later
 * calls get no answer
 */
export function startWorker(url: URL, name: string, died: (error: Error) => void): Worker {
  const worker = new Worker(url, { type: "module", name });
  worker.onerror = (event) => {
    event.preventDefault();
    died(new Error(`the ${name}'s thread died: ${event.message}`));
  };
  return worker;
}
