/** Marks live rows by highlight rules. The rows are the same for all readers; what marks them comes just before them. */

const PAUSE_MS = 1_000;
const SECONDS = 0.25;

let audio;

export function createMarks() {
  /** Elements of `LiveMark` by the id of their row. */
  const marks = new Map();
  const { sounds } = document.documentElement.dataset;

  return {
    /** Takes the marks out of what arrived. */
    take(fragment) {
      for (const mark of fragment.querySelectorAll("[data-marks]")) {
        marks.set(mark.dataset.marks, mark);
        mark.remove();
      }
    },
    /** Puts them into their rows. */
    put(rows) {
      let isHeard = false;
      for (const row of rows) {
        const mark = marks.get(row.dataset.id);
        if (!mark) continue;
        row.dataset.mark = mark.dataset.mark;
        row.querySelector(".body").prepend(...mark.childNodes);
        isHeard ||= "sounds" in mark.dataset;
      }
      marks.clear();
      if (isHeard && sounds !== undefined) sound();
    },
  };
}

/** One short tone, at most once a second, and only on a page that somebody has used. */
function sound() {
  // Columns side by side are frames of one page, which sounds once.
  const page = globalThis.top;
  const now = page.performance.now();
  if (now < page.silentUntil || !navigator.userActivation?.hasBeenActive) return;
  page.silentUntil = now + PAUSE_MS;
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  const end = audio.currentTime + SECONDS;
  volume.gain.value = 0.1;
  volume.gain.exponentialRampToValueAtTime(0.001, end);
  tone.frequency.value = 660;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(end);
}
