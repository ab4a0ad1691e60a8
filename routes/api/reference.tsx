/** The readable reference of the interface for programs, from its OpenAPI document. */
import type { Handler } from "hono";
import { WithCode } from "../../components/form/search_problem.tsx";
import type { Env, Site } from "../site.tsx";
import { BASE, type documentOf } from "./v1/app.ts";

type Document = ReturnType<typeof documentOf>;
interface Schema {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  $ref?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema: Schema & { example?: unknown };
}
interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

/** In the examples, it stands for a channel of the archive. */
const EXAMPLE_CHANNEL = "harborlight";

export function show(site: Site, document: Document): Handler<Env> {
  const operations = Object.entries(document.paths ?? {}).map(([path, item]) => ({
    path,
    operation: (item as { get: Operation }).get,
  }));
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? "Other");
  const schemas = Object.entries(document.components?.schemas ?? {}) as [string, Schema][];
  return async (c) => {
    const [first] = await site.channels(c);
    const login = first?.channel.login ?? EXAMPLE_CHANNEL;
    return await site.page(
      c,
      { title: "Interface for programs", section: "settings" },
      <div class="page reference">
        <h1>Interface for programs</h1>
        <p>
          {document.info.description} The same as <a href={`${BASE}/openapi.json`}>OpenAPI 3.1</a>.
        </p>
        <p class="dim">
          Log viewers, bots and chat clients can also speak to Scrollback as to rustlog, justlog or a
          recent-messages service: <code>/channel/{login}/2026/11/9</code>,{" "}
          <code>/list?channel={login}</code>, <code>/api/v2/recent-messages/{login}</code>.
        </p>
        {[...groups].map(([name, members]) => (
          <section class="panel-section">
            <h2>{name}</h2>
            {members.map(({ path, operation }) => (
              <OperationPart path={path} operation={operation} login={login} />
            ))}
          </section>
        ))}
        <section class="panel-section">
          <h2>Objects</h2>
          {schemas.map(([name, schema]) => (
            <section id={`object-${name}`}>
              <h3>{name}</h3>
              <Fields schema={schema} />
            </section>
          ))}
        </section>
      </div>,
    );
  };
}

function OperationPart({ path, operation, login }: { path: string; operation: Operation; login: string }) {
  const { parameters = [], responses } = operation;
  const answer = responses["200"];
  const [type, content] = Object.entries(answer?.content ?? {})[0] ?? [];
  const example = exampleOf(path, parameters).replaceAll(EXAMPLE_CHANNEL, login);
  return (
    <section id={`get${path.replaceAll(/[^a-z]+/g, "-")}`}>
      <h3>{operation.summary}</h3>
      <p>
        <code class="route">GET {BASE}{path}</code>
      </p>
      <p>
        {operation.description && <WithCode>{operation.description}</WithCode>}
      </p>
      {parameters.length > 0 && (
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {parameters.map(({ name, required, description, schema }) => (
              <tr>
                <th scope="row">
                  <code>{name}</code>
                  {required && <span class="note">required</span>}
                </th>
                <td>
                  <TypeWords schema={schema} />
                  {(description ?? schema.description) && (
                    <p class="note">
                      <WithCode>{(description ?? schema.description)!}</WithCode>
                    </p>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="note">
        Answer:{" "}
        {content && type === "application/json"
          ? <TypeWords schema={content.schema} />
          : <code>{type}</code>}. {answer && <WithCode>{answer.description}</WithCode>}
      </p>
      <p>
        <a href={example}>
          <code>{example}</code>
        </a>
      </p>
    </section>
  );
}

/** The address of an operation with the examples of its parameters. */
export function exampleOf(path: string, parameters: readonly Parameter[]): string {
  let address = path;
  const query = new URLSearchParams();
  for (const { name, in: place, schema, example = schema.example } of parameters) {
    if (example === undefined) continue;
    if (place === "path") address = address.replace(`{${name}}`, encodeURIComponent(String(example)));
    if (place === "query") query.set(name, String(example));
  }
  return `${BASE}${address}${query.size > 0 ? `?${query}` : ""}`;
}

function Fields({ schema }: { schema: Schema }) {
  const { properties = {}, required = [] } = schema;
  return (
    <dl class="fields">
      {Object.entries(properties).map(([name, field]) => (
        <div>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            <TypeWords schema={field} />
            {!required.includes(name) && <span class="dim">, optional</span>}
            {field.description && (
              <>
                . <WithCode>{field.description}</WithCode>
              </>
            )}
            {inner(field) && <Fields schema={inner(field)!} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The object within a field that has no name of its own. */
function inner(schema: Schema): Schema | undefined {
  const own = schema.items ?? schema.anyOf?.find(({ properties }) => properties) ?? schema;
  return own.properties ? own : undefined;
}

function TypeWords({ schema }: { schema: Schema }) {
  const name = schema.$ref?.split("/").at(-1);
  if (name) return <a href={`#object-${name}`}>{name}</a>;
  if (schema.items) {
    return (
      <>
        list of <TypeWords schema={schema.items} />
      </>
    );
  }
  if (schema.enum) {
    return (
      <>
        {schema.enum.map((value, i) => (
          <>
            {i > 0 && " | "}
            <code>{String(value)}</code>
          </>
        ))}
        <Bounds schema={schema} />
      </>
    );
  }
  const types = [schema.type ?? "value"].flat().map((type) => TYPES[type] ?? type);
  return (
    <>
      {schema.format === "date-time" ? types.join(" or ").replace("text", "time") : types.join(" or ")}
      <Bounds schema={schema} />
    </>
  );
}

const TYPES: Record<string, string> = { string: "text", integer: "whole number", boolean: "true or false" };

/** The largest whole number of JSON is no bound worth showing. */
function Bounds({ schema }: { schema: Schema }) {
  const { minimum, maximum = Infinity, maxLength, default: preset } = schema;
  const words = [
    minimum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `${minimum} to ${maximum}` : "",
    maxLength === undefined ? "" : `at most ${maxLength} characters`,
    preset === undefined || preset === "" ? "" : `default ${preset}`,
  ].filter((word) => word !== "");
  return words.length === 0 ? null : <span class="dim">, {words.join(", ")}</span>;
}
