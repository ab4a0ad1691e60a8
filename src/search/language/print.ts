/** Prints a search as text. Parsing the text gives the same search again. */
import { isEmoticon } from "../text/emoticons.ts";
import { negates } from "./run.ts";
import type { Node, Search } from "./tree.ts";

export function printSearch(search: Search): string {
  return search.map((part) => printNode(part, search.length > 1 ? "all" : "only")).join(" ");
}

/** @param within the node around it: an `any` needs parentheses within any other node */
function printNode(node: Node, within: "only" | "all" | "any" | "not"): string {
  switch (node.kind) {
    case "word":
      return node.text;
    case "phrase":
      return `"${node.text}"`;
    case "prefix":
      return `${node.text}*`;
    case "operator":
      return `${node.name}:${/[\s()]|[^\p{L}\p{N}_]$/u.test(node.value) ? `"${node.value}"` : node.value}`;
    case "regex":
      return `/${node.source}/${node.ignoreCase ? "i" : ""}`;
    case "not": {
      const of = printNode(node.of, "not");
      const text = node.of.kind === "word" && !negates(`-${of}`, of[0]) ? `-${inParentheses(of)}` : `-${of}`;
      return within === "not" ? inParentheses(text) : text;
    }
    case "any": {
      const text = node.of.map((branch) => printNode(branch, "any")).join(" OR ");
      return within === "only" ? text : inParentheses(text);
    }
    case "all": {
      const text = node.of.map((part) => printNode(part, "all")).join(" ");
      return within === "any" && node.of.length > 1 ? text : inParentheses(text);
    }
  }
}

/** A space keeps a parenthesis apart from a sign with which it would be an emoticon. */
function inParentheses(text: string): string {
  const [first] = text.split(" ", 1);
  const last = text.slice(text.lastIndexOf(" ") + 1);
  return `(${isEmoticon(`(${first}`) ? " " : ""}${text}${isEmoticon(`${last})`) ? " " : ""})`;
}
