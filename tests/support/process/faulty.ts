/**
 * A server for the test of uncaught errors. Requests for `/reject` and `/throw` cause one. It prints its
 * address and each error.
 */
import { surviveFaults } from "../../../src/commands/support/survive_faults.ts";
import { serve } from "../http/served.ts";

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
