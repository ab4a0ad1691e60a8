/** Dialogs that keys open (`static/page/palette.js`, `static/page/keys.js`): the palette, and the list of keys. */

const KEYS: readonly [keys: readonly string[], words: string][] = [
  [["/"], "Search"],
  [["Ctrl", "K"], "Go to a channel, a person or a page, or do something"],
  [["j"], "The next row"],
  [["k"], "The row before"],
  [["Enter"], "The row in its context"],
  [["u"], "The person who wrote it"],
  [["c"], "Copy the link to it"],
  [["["], "The day before"],
  [["]"], "The day after"],
  [["g", "h"], "Home"],
  [["g", "c"], "The channel of this page, or all channels"],
  [["g", "e"], "Events"],
  [["g", "p"], "People"],
  [["g", "s"], "Streams"],
  [["Esc"], "Close what is open"],
  [["?"], "This list"],
];

export function Dialogs() {
  return (
    <>
      <dialog id="palette" class="palette" aria-label="Go to">
        <input
          id="palette-field"
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-found"
          aria-label="Channel, person, page or action"
          placeholder="Channel, person, page or action"
          autocomplete="off"
          spellcheck={false}
        />
        <div id="palette-found" role="listbox" aria-label="Found"></div>
      </dialog>
      <dialog id="keys" class="keys" aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl>
          {KEYS.map(([keys, words]) => (
            <div>
              <dt>{keys.map((key) => <kbd>{key}</kbd>)}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button class="button" type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
