/** Prints a search as text. Parsing the text gives the same search again. */
import { isEmoticon } from "../text/emoticons.ts";
import { negates, runAt } from "./run.ts";
import type { Node, Search } from "./tree.ts";

export function printSearch(search: Search): string {
  return search.map((part) => printNode(part, search.length > 1 ? "all" : "only", false)).join(" ");
}

/**
 * @param within the node around it: an `any` needs parentheses within any other node
 * @param isInGroup whether parentheses are around it
 */
function printNode(node: Node, within: "only" | "all" | "any" | "not", isInGroup: boolean): string {
  switch (node.kind) {
    case "word":
      // Within a group, the `))` of `:))` would end the group.
      return isInGroup && runAt(`${node.text} `, 0, true) !== node.text ? `"${node.text}"` : node.text;
    case "phrase":
      return `"${node.text}"`;
    case "prefix":
      return `${node.text}*`;
    case "operator":
      return `${node.name}:${/[\s()]|[^\p{L}\p{N}_]$/u.test(node.value) ? `"${node.value}"` : node.value}`;
    case "regex":
      return `/${node.source}/${node.ignoreCase ? "i" : ""}`;
    case "not": {
      const of = printNode(node.of, "not", isInGroup);
      const needsGroup = node.of.kind === "word" && !negates(`-${of}`, of[0]);
      const text = `-${needsGroup ? inParentheses(of, isInGroup) : of}`;
      return within === "not" ? inParentheses(text, isInGroup) : text;
    }
    case "any": {
      const isGroup = within !== "only";
      const text = node.of.map((branch) => printNode(branch, "any", isInGroup || isGroup)).join(" OR ");
      return isGroup ? inParentheses(text, isInGroup) : text;
    }
    case "all": {
      const isGroup = within !== "any" || node.of.length === 1;
      const text = node.of.map((part) => printNode(part, "all", isInGroup || isGroup)).join(" ");
      return isGroup ? inParentheses(text, isInGroup) : text;
    }
  }
}

/** A space keeps a parenthesis apart from a sign with which it would be an emoticon. */
function inParentheses(text: string, isInGroup: boolean): string {
  const last = text.slice(text.lastIndexOf(" ") + 1);
  const before = isEmoticon(runAt(`(${text}`, 0, isInGroup)) ? " " : "";
  const after = runAt(`${last})`, 0, true).length > last.length ? " " : "";
  return `(${before}${text}${after})`;
}
