/**
 * A program that serves and has faults that nobody catches, for the test of what survives them: as soon as it is asked for
 * `/reject` or `/throw`. It prints its address, each fault, and how often it listened anew.
 */
import { surviveFaults } from "../../src/commands/support/survive_faults.ts";
import { serve } from "./served.ts";

const server = serve((request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/reject") void Promise.reject(new Error("rejected"));
  if (pathname === "/throw") {
    setTimeout(() => {
      throw new Error("thrown");
    });
  }
  return new Response(JSON.stringify(server.status()));
});
surviveFaults((error) => {
  console.log((error as Error).message);
  server.restart();
});
console.log(server.url);
