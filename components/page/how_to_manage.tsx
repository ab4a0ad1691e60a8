/** Explains to clients that may only read how they can manage channels. */

type Access = "open" | "logged-in" | "logged-out" | "read-only" | "proxied" | "token" | "managing token";

export function HowToManage({ access }: { access: Access }) {
  return (
    <p class="dim">
      {access === "logged-out"
        ? (
          <>
            Channels are added and removed by those who <a href="/login">log in</a>.
          </>
        )
        : access === "token"
        ? "This token may only read. Use one with the scope manage to add and remove channels."
        : access === "proxied"
        ? "This page came through a proxy and the server has no password, so that channels cannot be added or removed " +
          "here. Set ADMIN_PASSWORD and restart it."
        : "This server can be reached from other machines and has no password, so that channels cannot be added or " +
          "removed here. Set ADMIN_PASSWORD and restart it."}
    </p>
  );
}
