// What the page asks of the server; errors come as exceptions with a sentence for people.

/** Send a request and return what it answers, from JSON; `body` is sent as JSON, or as it is where it is a form. */
export async function request(path, { method = "GET", body } = {}) {
  const isForm = body instanceof FormData;
  const response = await fetch(path, {
    method,
    headers: body && !isForm ? { "Content-Type": "application/json" } : {},
    body: body && !isForm ? JSON.stringify(body) : body,
  });
  return told(response);
}

async function told(response) {
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.detail), { status: response.status });
  return answer;
}

/**
 * Ask a question and return the reply. `onPassages` hears what will be read, and `onWaiting` why the question waits
 * for the first index. A conversation that the server has forgotten begins anew.
 */
export async function ask(question, { onPassages, onWaiting }) {
  for (;;) {
    try {
      return await streamed(question, onPassages);
    } catch (error) {
      if (error.status === 503) {
        onWaiting(error.message);
        await new Promise((resolve) => setTimeout(resolve, 2_000));
      } else if (error.status === 404 && question.conversation_id) {
        question = { ...question, conversation_id: undefined };
      } else {
        throw error;
      }
    }
  }
}

async function streamed(question, onPassages) {
  const response = await fetch("/v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(question),
  });
  if (!response.ok) return told(response);
  for await (const [name, data] of events(response.body)) {
    if (name === "passages") onPassages(data);
    if (name === "answer") return data;
    if (name === "error") throw new Error(data.detail);
  }
  throw new Error("The connection broke off before the answer came.");
}

/** The named events of a stream, each as `[name, data]`. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const [name, data] = block.split("\n");
      yield [name.slice("event: ".length), JSON.parse(data.slice("data: ".length))];
    }
  }
}
