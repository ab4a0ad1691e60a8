/** One short tone, at most once a second, and only on a page that somebody has used. */

const PAUSE_MS = 1_000;
const SECONDS = 0.25;

let audio;
let heardAt = -Infinity;

export function sound() {
  const now = performance.now();
  if (now - heardAt < PAUSE_MS || !navigator.userActivation?.hasBeenActive) return;
  heardAt = now;
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
