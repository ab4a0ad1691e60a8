/**
 * Unpacks the browser from its package to TMPDIR, unless it is there. It runs as its own process, because
 * Deno does not let a process write a program that it may run.
 */
import chromium from "@sparticuz/chromium";

if (import.meta.main) await chromium.executablePath();
