/**
 * Tabs of the headless browser with real visibility. Playwright emulates focus, so its pages are always
 * visible. These tabs use the debugging protocol instead: the page of a minimized window is hidden.
 */
import type { Browser, CDPSession } from "playwright-core";

export interface RealTab {
  /** The value of an expression, awaited. */
  evaluate<T>(expression: string): Promise<T>;
  /** Resolves when the expression is true. Rejects after 20 s. */
  until(expression: string): Promise<void>;
  hide(): Promise<void>;
  show(): Promise<void>;
  close(): Promise<void>;
  /** Ends the process of the tab, and of those that share it. */
  crash(): Promise<void>;
  /** Sends a command of the debugging protocol. */
  send(method: string, params?: Record<string, unknown>): Promise<unknown>;
}

export interface RealTabs {
  open(address: string, how?: { hidden?: boolean }): Promise<RealTab>;
}

const PATIENCE_MS = 20_000;

export async function realTabs(browser: Browser): Promise<RealTabs> {
  const session = await browser.newBrowserCDPSession();
  const waiting = new Map<number, (message: Answer) => void>();
  let id = 0;
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const answer = JSON.parse(message) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });

  return {
    async open(address, { hidden = false } = {}) {
      const windowState = hidden ? "minimized" : "normal";
      const { targetId } = await session.send("Target.createTarget", {
        url: address,
        newWindow: true,
        windowState,
      });
      const { sessionId } = await session.send("Target.attachToTarget", { targetId, flatten: false });
      const send = async (method: string, params: Record<string, unknown> = {}) => {
        const own = ++id;
        const answered = new Promise<Answer>((resolve) => waiting.set(own, resolve));
        const message = JSON.stringify({ id: own, method, params });
        await session.send("Target.sendMessageToTarget", { sessionId, message });
        const { result, error } = await answered;
        if (error) throw new Error(`${method}: ${error.message}`);
        return result as Record<string, unknown>;
      };
      return tabOf(session, targetId, send);
    },
  };
}

function tabOf(
  session: CDPSession,
  targetId: string,
  send: (method: string, params?: Record<string, unknown>) => Promise<Record<string, unknown>>,
): RealTab {
  async function evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    }) as { result: { value: T }; exceptionDetails?: { text: string } };
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  }

  async function until(expression: string): Promise<void> {
    // A timer in the page checks it, because hidden pages draw no frames.
    const found = await evaluate<boolean>(`new Promise((resolve) => {
      const end = performance.now() + ${PATIENCE_MS};
      const timer = setInterval(() => {
        const is = Boolean(${expression});
        if (is || performance.now() > end) { clearInterval(timer); resolve(is); }
      }, 20);
    })`);
    if (!found) throw new Error(`never true: ${expression}`);
  }

  async function setState(windowState: "minimized" | "normal"): Promise<void> {
    const { windowId } = await send("Browser.getWindowForTarget");
    await send("Browser.setWindowBounds", { windowId, bounds: { windowState } });
    await until(`document.visibilityState === "${windowState === "normal" ? "visible" : "hidden"}"`);
  }

  return {
    evaluate,
    until,
    send,
    hide: () => setState("minimized"),
    show: () => setState("normal"),
    close: async () => void await session.send("Target.closeTarget", { targetId }),
    // The command that crashes the page gets no answer.
    crash: () => Promise.resolve(void send("Page.crash").catch(() => {})),
  };
}

interface Answer {
  id: number;
  result?: unknown;
  error?: { message: string };
}
