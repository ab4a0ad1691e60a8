/** The syntax of the message search. */

export function SearchHelp() {
  return (
    <dl class="help">
      <div>
        <dt>
          <code>good game</code>
        </dt>
        <dd>both words, in any order</dd>
      </div>
      <div>
        <dt>
          <code>"good game"</code>
        </dt>
        <dd>the exact phrase</dd>
      </div>
      <div>
        <dt>
          <code>gg*</code>
        </dt>
        <dd>words that begin with gg</dd>
      </div>
      <div>
        <dt>
          <code>草</code> <code>ㅋㅋㅋ</code> <code>😂</code>
        </dt>
        <dd>found anywhere in a word</dd>
      </div>
    </dl>
  );
}
