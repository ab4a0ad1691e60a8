/** Whether an archive can live at a path: seen before anything is opened, so that it can be told with the rest. */
import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";

/**
 * What is wrong with `path` (absolute) as the archive's file, or `undefined`. Where there is no permission to look,
 * nothing is: the serving process may touch only the file itself, and the launcher has looked before it.
 */
export function dbPathProblem(path: string): string | undefined {
  return fileProblem(path) ?? folderProblem(dirname(path));
}

function folderProblem(folder: string): string | undefined {
  const kind = kindOf(folder);
  if (kind === "nothing") return `the folder ${folder} does not exist`;
  if (kind === "file") return `${folder} is not a folder`;
  if (kind === "folder" && !isWritable(folder)) return `the folder ${folder} cannot be written to`;
}

function fileProblem(path: string): string | undefined {
  const kind = kindOf(path);
  if (kind === "folder") return `${path} is a folder`;
  if (kind === "file" && !isWritable(path)) return `${path} cannot be written to`;
}

function kindOf(path: string): "file" | "folder" | "nothing" | "hidden" {
  try {
    return Deno.statSync(path).isDirectory ? "folder" : "file";
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return "hidden";
    return "nothing";
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotCapable;
  }
}
