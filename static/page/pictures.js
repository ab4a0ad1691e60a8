/** Replaces a picture that does not load by its text, in a box of the same size. */
export function showTextOfBrokenPictures() {
  document.addEventListener(
    "error",
    ({ target }) => target instanceof HTMLImageElement && replace(target),
    true,
  );
  // Pictures that failed before this ran. A copy, because the collection shrinks with each replacement.
  for (const image of [...document.images]) {
    if (image.complete && image.naturalWidth === 0 && image.currentSrc !== "") replace(image);
  }
}

function replace(image) {
  if (!image.isConnected) return;
  const text = document.createElement("span");
  text.className = "picture-text";
  text.textContent = image.alt;
  if (image.title) text.title = image.title;
  const frame = image.closest("picture");
  if (frame) return frame.replaceChildren(text);
  text.style.width = `${image.width}px`;
  text.style.height = `${image.height}px`;
  image.replaceWith(text);
}
