/** Scrollback's command line: the sub-commands and their flags. */
import { resolve } from "node:path";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import manifest from "./deno.json" with { type: "json" };
import * as run from "./src/commands/run.ts";
import { FILE_FORMATS } from "./src/find/lines.ts";
import { SETTINGS } from "./src/config/settings.ts";
import { type Scope, SCOPES } from "./src/archive/access/token.ts";
import { DAYS_RULE, parseDays } from "./src/web/access/token.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Removes quoted values from an error of the command line, because they may be misplaced secrets. */
function withoutValues(error: string): string {
  // This names an argument of ours.
  if (error.includes("missing required argument")) return error;
  const quote = ["value '", "argument '", "="].find((before) => error.includes(before));
  if (quote !== undefined) {
    const [from, to] = [error.indexOf(quote) + quote.length, error.lastIndexOf("'")];
    return `${error.slice(0, from)}…${error.slice(to)}`;
  }
  const list = error.indexOf(": ", error.indexOf("but got "));
  return error.includes("too many arguments") && list > 0 ? `${error.slice(0, list)}.\n` : error;
}

/** Runs a command line and returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  let status = 0;
  const program = new Command("scrollback")
    .description("Archives Twitch chat permanently, and lets you watch, browse and search it in the browser.")
    .version(manifest.version)
    .addHelpText("after", settingsHelp())
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) });

  // A compiled executable has no deno to launch: it serves with the permissions that it was compiled with.
  const { standalone } = Deno.build;
  serving(program.command("start", { isDefault: !standalone }), false)
    .description("serve with exactly the permissions that the settings need (the default)")
    .action(async (flags: run.ServeFlags) => {
      status = await run.serve({ ...flags, launch: true });
    });
  serving(program.command("serve", { isDefault: standalone }))
    .description("serve with the permissions that this process has")
    .action(async (flags: run.ServeFlags) => {
      status = await run.serve(flags);
    });
  serving(program.command("demo"))
    .description("serve with a simulated Twitch server on this machine, and invented or recorded chat")
    .option("--rate <number>", "messages a second over all channels", positive, 10)
    .option("--replay <file>", "replay the raw IRC lines of a file instead of invented ones")
    .option(
      "--speed <factor>",
      "speed of the replay as a multiple of the recording's, or `flat` for as fast as possible",
      speed,
      1,
    )
    .action(async (flags: run.DemoFlags) => {
      status = await run.demo(flags);
    });
  maintenance(program.command("search <text...>"))
    // 1 means that nothing was found.
    .exitOverride(({ exitCode }) => Deno.exit(exitCode === 0 ? 0 : 2))
    .description("write the messages that match a search, also while recording; exit status as of grep")
    .addOption(new Option("--format <format>", "format of the lines").choices(FILE_FORMATS).default("text"))
    .option("--oldest", "oldest message first")
    .option("--limit <number>", "maximum number of messages", messageLimit)
    .option("--count", "write only the number of matches")
    .action(async (words: string[], flags: run.SearchFlags) => {
      status = await run.search(words.join(" "), flags);
    });
  maintenance(program.command("backup <path>"))
    .description("copy the archive, also while recording, and verify the copy")
    .option("--force", "replace an older backup at the path")
    .action(async (path: string, flags: run.BackupFlags) => {
      status = await run.backup(resolve(path), flags);
    });
  maintenance(program.command("restore <path>"))
    .description("replace the archive with a backup, and keep the old archive beside it")
    .action(async (path: string, flags: run.MaintenanceFlags) => {
      status = await run.restore(resolve(path), flags);
    });
  maintenance(program.command("quarantine"))
    .description("list events that could not be stored, or store them again while Scrollback is stopped")
    .addArgument(new Argument("<action>").choices(["list", "replay"]))
    .action(async (action: "list" | "replay", flags: run.MaintenanceFlags) => {
      status = await run.quarantine(action, flags);
    });
  maintenance(program.command("token"))
    .description("list, create or revoke tokens of the API, also while Scrollback runs")
    .addArgument(new Argument("<action>").choices(["create", "list", "revoke"]))
    .argument("[name]", "name of the token, to create or revoke it")
    .addOption(
      new Option("--scope <scope>", "what it may do; give it several times for several").choices(SCOPES)
        .argParser(addScope).default([]),
    )
    .option("--days <number>", "days until it expires; without, it never does", tokenDays)
    .action(
      async (
        action: "create" | "list" | "revoke",
        name: string | undefined,
        { scope, days, ...flags }: run.MaintenanceFlags & { scope: Scope[]; days?: number },
      ) => {
        status = await run.token({ action, name, scopes: scope, days }, flags);
      },
    );
  maintenance(program.command("opt-out"))
    .description("keep channels and users from being recorded, also while Scrollback runs")
    .addArgument(new Argument("<action>").choices(["add", "list", "end"]))
    .addArgument(new Argument("[kind]", "what it is about").choices(["channel", "user"]))
    .argument("[name]", "a login, a display name of a user, or a Twitch id")
    .option("--delete", "delete earlier messages permanently, instead of hiding them")
    .action(
      async (
        action: "add" | "list" | "end",
        kind: "channel" | "user" | undefined,
        name: string | undefined,
        { delete: isDeleted, ...flags }: run.MaintenanceFlags & { delete?: true },
      ) => {
        status = await run.optOut({ action, kind, name, stored: isDeleted ? "deleted" : "hidden" }, flags);
      },
    );
  maintenance(program.command("doctor"))
    .description("report what is wrong with the archive")
    .option("--repair", "repair what can be repaired, while Scrollback is stopped")
    .option("--sample <rows>", "number of rows to compare with each index, or `all`", rowsToCompare)
    .action(async (flags: run.DoctorFlags) => {
      status = await run.doctor(flags);
    });

  await program.parseAsync([...args], { from: "user" });
  return status;
}

/** Adds the flags of all commands that maintain the archive's file. */
function maintenance(command: Command): Command {
  return command
    .option("--config <file>", "env file with settings; flags and the environment override it")
    .option("--db-path <value>", "the same as DB_PATH")
    .option(
      "--launch",
      "run in a process that may access only the archive and the files named here",
    );
}

/** Adds the flags of all commands that serve pages. */
function serving(command: Command, launchable = true): Command {
  command
    .option("--config <file>", "env file with settings; flags and the environment override it")
    .option("--check", "print the effective settings, secrets hidden, and exit");
  for (const { name, flag } of SETTINGS) {
    if (flag) command.option(`--${flag} <value>`, `the same as ${name}`);
  }
  if (launchable) {
    command.option("--launch", "run in a process with exactly the permissions that the settings need");
  }
  return command
    .option("--watch", "restart when a source changes; only with a launched process")
    .addOption(new Option("--design", "serve the page of all parts at /design").hideHelp())
    .option(
      "--stop-on-stdin-end",
      "stop when stdin ends, which means that the process at its other end has ended",
    );
}

function settingsHelp(): string {
  const width = Math.max(...SETTINGS.map(({ name }) => name.length));
  const lines = SETTINGS.map(({ name, about, preset }) => {
    const value = preset ? ` [${preset}]` : "";
    return `  ${name.padEnd(width)}  ${about.replaceAll("`", "")}${value}`;
  });
  return ["", "Settings, from the environment or the file given with --config:", ...lines].join("\n") +
    "\n\nA secret NAME can also be read from the file that NAME_FILE names.";
}

function rowsToCompare(text: string): number | "all" {
  if (text === "all") return "all";
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Expected a number of rows, or all.");
  return Number(text);
}

function addScope(text: string, scopes: Scope[]): Scope[] {
  const scope = SCOPES.find((scope) => scope === text);
  if (!scope) throw new InvalidArgumentError(`Expected ${SCOPES.join(", ")}.`);
  return [...scopes, scope];
}

function tokenDays(text: string): number {
  const days = parseDays(text)?.days;
  if (days === undefined) throw new InvalidArgumentError(DAYS_RULE);
  return days;
}

function messageLimit(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError("Expected a number of messages.");
  return Number(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1e6)) throw new InvalidArgumentError("Expected a number above 0.");
  return value;
}

function speed(text: string): number {
  return text === "flat" ? Infinity : positive(text);
}
