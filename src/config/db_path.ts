/**
 * Checks the archive's path before anything is opened, so that its problems are reported with those of other
 * settings.
 */
import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";

/**
 * Returns why `path` (absolute) cannot be the archive, or `undefined`. Without permission to check, it
 * returns `undefined`: the serving process may access only the file itself, and the launcher has checked
 * before.
 * @param namesPath whether the result may contain the path, which may be a misplaced secret
 */
export function dbPathProblem(path: string, namesPath: boolean): string | undefined {
  const folder = dirname(path);
  return fileProblem(path, namesPath ? path : "this") ??
    folderProblem(folder, namesPath ? folder : "of this path");
}

function folderProblem(folder: string, name: string): string | undefined {
  const kind = kindOf(folder);
  if (kind === "nothing") return `the folder ${name} does not exist`;
  if (kind === "file") return `the folder ${name} is not a folder`;
  if (kind === "folder" && !isWritable(folder)) return `the folder ${name} cannot be written to`;
}

function fileProblem(path: string, name: string): string | undefined {
  const kind = kindOf(path);
  if (kind === "folder") return `${name} is a folder`;
  if (kind === "file" && !isWritable(path)) return `${name} cannot be written to`;
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
