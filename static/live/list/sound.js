/** One short tone, at most once a second, and only on a page that somebody has used. */

const PAUSE_MS = 1_000;
const SECONDS = 0.25;

let audio;

export function sound() {
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
