import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatAddress,
  historyHost,
  isLoopback,
  parseHistoryUrl,
  parseIrcAddress,
  parseListenAddress,
} from "../../src/config/address.ts";

const listening: [text: string, hostname: string | undefined, port?: number][] = [
  ["127.0.0.1:8080", "127.0.0.1", 8080],
  [":8080", "0.0.0.0", 8080],
  ["*:80", "0.0.0.0", 80],
  ["[::1]:8080", "::1", 8080],
  ["[::]:0", "::", 0],
  ["[0:0:0:0:0:0:0:1]:1", "::1", 1],
  ["localhost:0", "localhost", 0],
  ["Chat.Example.org:443", "chat.example.org", 443],
  ["8080", undefined],
  ["127.0.0.1", undefined],
  ["127.0.0.1:", undefined],
  ["127.0.0.1:65536", undefined],
  ["127.0.0.1:-1", undefined],
  ["127.0.0:80", undefined],
  ["300.0.0.1:80", undefined],
  ["::1:8080", undefined],
  ["[::1:8080", undefined],
  ["[zz]:80", undefined],
  ["http://localhost:80", undefined],
  ["a b:80", undefined],
  ["-a:80", undefined],
  ["a,b:80", undefined],
];
for (const [text, hostname, port] of listening) {
  Deno.test(`the listening address ${text} is ${hostname === undefined ? "none" : `${hostname} ${port}`}`, () => {
    assert.deepEqual(parseListenAddress(text), hostname === undefined ? undefined : { hostname, port });
  });
}

const chat: [text: string, address: ReturnType<typeof parseIrcAddress>][] = [
  ["ircs://irc.chat.twitch.tv:6697", { tls: true, hostname: "irc.chat.twitch.tv", port: 6697 }],
  ["ircs://irc.chat.twitch.tv", { tls: true, hostname: "irc.chat.twitch.tv", port: 6697 }],
  ["IRCS://127.0.0.1:443/", { tls: true, hostname: "127.0.0.1", port: 443 }],
  ["irc://localhost", { tls: false, hostname: "localhost", port: 6667 }],
  ["irc://[::1]:1", { tls: false, hostname: "::1", port: 1 }],
  ["irc://127.9.9.9:1", { tls: false, hostname: "127.9.9.9", port: 1 }],
  ["irc://irc.chat.twitch.tv:6667", undefined],
  ["irc://0.0.0.0:6667", undefined],
  ["ircs://x:0", undefined],
  ["ircs://", undefined],
  ["ircs://user:word@x", undefined],
  ["ircs://x/#channel", undefined],
  ["wss://irc-ws.chat.twitch.tv", undefined],
];
for (const [text, address] of chat) {
  Deno.test(`the chat address ${text} is ${address ? formatAddress(address) : "none"}`, () => {
    assert.deepEqual(parseIrcAddress(text), address);
  });
}

const history: [text: string, host: string | undefined][] = [
  ["https://recent.example/api/v2/recent-messages/{login}", "recent.example:443"],
  ["https://recent.example:8443/lines?of={login}&x=1", "recent.example:8443"],
  ["http://127.0.0.1:8080/api/v2/recent-messages/{login}", "127.0.0.1:8080"],
  ["http://localhost/{login}", "localhost:80"],
  ["http://[::1]:81/{login}", "[::1]:81"],
  ["http://recent.example/{login}", undefined],
  ["https://recent.example/", undefined],
  ["https://{login}.recent.example/", undefined],
  ["https://recent.example/{login}/{login}", undefined],
  ["https://recent.example/x#{login}", undefined],
  ["https://user:word@recent.example/{login}", undefined],
  ["ftp://recent.example/{login}", undefined],
  ["{login}", undefined],
];
for (const [text, host] of history) {
  Deno.test(`the history service ${text} is ${host ? `at ${host}` : "none"}`, () => {
    assert.equal(parseHistoryUrl(text), host && text);
    if (host) assert.equal(historyHost(text), host);
  });
}

Deno.test("a formatted address parses to the same address", () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6().map((ip) => `[${ip}]`), fc.domain());
  fc.assert(fc.property(host, fc.integer({ min: 0, max: 65535 }), (host, port) => {
    const address = parseListenAddress(`${host}:${port}`);
    assert.ok(address, host);
    assert.deepEqual(parseListenAddress(formatAddress(address)), address);
  }));
});

Deno.test("only loopback addresses and localhost are loopback", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1"]) assert.ok(isLoopback(host), host);
  for (const host of ["0.0.0.0", "::", "127.0.0.1.example.org", "10.0.0.1"]) {
    assert.ok(!isLoopback(host), host);
  }
});
