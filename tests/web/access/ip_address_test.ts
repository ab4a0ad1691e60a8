import assert from "node:assert/strict";
import fc from "fast-check";
import {
  clientKey,
  formatIp,
  isInRange,
  isLoopbackAddress,
  parseIp,
  parseIpRange,
} from "../../../src/web/access/ip_address.ts";

const same: [one: string, other: string][] = [
  ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::ffff:c000:201", "192.0.2.1"],
  ["fe80::1%eth0", "fe80::1"],
  ["::", "0:0:0:0:0:0:0:0"],
];
for (const [one, other] of same) {
  Deno.test(`${one} and ${other} are one address`, () => {
    assert.deepEqual(parseIp(one), parseIp(other));
    assert.equal(formatIp(one), formatIp(other));
  });
}

const wrong = [
  "",
  "1.2.3",
  "1.2.3.4.5",
  "256.1.1.1",
  "01.2.3.4",
  "::1::",
  "1:2:3:4:5:6:7:8:9",
  "12345::",
  "g::",
  "1.2.3.4%x",
];
for (const text of wrong) {
  Deno.test(`“${text}” is not an address`, () => assert.equal(parseIp(text), undefined));
}

Deno.test("a formatted address parses to the same address", () => {
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
    const ip = parseIp(text);
    assert.ok(ip, text);
    assert.deepEqual(parseIp(formatIp(text)), ip);
    assert.equal(clientKey(formatIp(text)), clientKey(text));
  }));
});

const ranges: [range: string, inside: string[], outside: string[]][] = [
  ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.1.1"], ["11.0.0.0", "::a00:1"]],
  ["127.0.0.1", ["127.0.0.1"], ["127.0.0.2"]],
  ["2001:db8::/32", ["2001:db8:ffff::1"], ["2001:db9::"]],
  ["0.0.0.0/0", ["1.2.3.4"], ["::1"]],
];
for (const [range, inside, outside] of ranges) {
  Deno.test(`the range ${range} contains its addresses only`, () => {
    const read = parseIpRange(range)!;
    for (const address of inside) assert.ok(isInRange(parseIp(address)!, read), address);
    for (const address of outside) assert.ok(!isInRange(parseIp(address)!, read), address);
  });
}
for (const text of ["10.0.0.1/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8/8", "proxy.example"]) {
  Deno.test(`${text} is not a range`, () => assert.equal(parseIpRange(text), undefined));
}

Deno.test("a client is an IPv4 address or an IPv6 /64 network", () => {
  assert.equal(clientKey("2001:db8::1"), clientKey("2001:db8:0:0:ffff:ffff:ffff:ffff"));
  assert.notEqual(clientKey("2001:db8::1"), clientKey("2001:db8:0:1::1"));
  assert.notEqual(clientKey("192.0.2.1"), clientKey("192.0.2.2"));
});

Deno.test("only loopback addresses are loopback", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) {
    assert.ok(isLoopbackAddress(address));
  }
  for (const address of ["", "localhost", "::2", "128.0.0.1"]) assert.ok(!isLoopbackAddress(address));
});
