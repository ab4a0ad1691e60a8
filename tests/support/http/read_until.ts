/** Reads a response that may never end until it has a text, and then cancels it. Returns everything that was read. */
export async function readUntil(response: Response, text: string): Promise<string> {
  let received = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    received += chunk;
    if (received.includes(text)) break;
  }
  return received;
}
