/** Whether an archive can live at a path: seen before anything is opened, so that it can be told with the rest. */
import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";

/**
 * What is wrong with `path` (absolute) as the archive's file, or `undefined`. Where there is no permission to look,
 * nothing is: the serving process may touch only the file itself, and the launcher has looked before it.
 * @param namesPath whether what is wrong may name the path, which may be a secret that was given in its place
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
