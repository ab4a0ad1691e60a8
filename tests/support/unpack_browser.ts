/**
 * Unpacks the browser out of its package into TMPDIR, unless it is there. In a process of its own, as Deno lets no
 * process write a program that it may run.
 */
import chromium from "@sparticuz/chromium";

if (import.meta.main) await chromium.executablePath();
