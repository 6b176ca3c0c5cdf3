type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords whose values are schemas by name, a schema, or a list of schemas. */
const schemaMaps = new Set(['properties', 'patternProperties']);
const schemaHolders = new Set(['items', 'additionalProperties', 'not', 'anyOf', 'oneOf', 'allOf', 'prefixItems']);
/** What JSON Schema knows besides; a schema's other keywords are ours, and mean nothing to a client. */
const keywords = new Set([
  ...['type', 'enum', 'const', 'title', 'description', 'examples', 'default', 'format', 'required', 'pattern'],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'readOnly', 'writeOnly', 'deprecated'],
]);
/** Our formats; the others are known to clients. */
const ownFormats = new Set<Json>(['text']);

/** What a status means when the route does not say more. */
const descriptions: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'Done; no body',
  400: 'The body is no JSON or has no `data`; or filter, sort or page are not valid',
  401: 'The access token is missing, unknown or expired; or a sign-in failed',
  403: 'The credentials do not permit this, or the customer token is not valid any more',
  404: 'There is no such thing, or none that the caller may know of',
  409: 'Conflicts with what is stored',
  412: 'The resource is not in the state that `If-Match` names',
  413: 'The body is larger than 1 MiB, or a form larger than 16 KiB',
  422: 'A field of the body is not valid: one entry for each',
  429: 'Too many attempts; try again after `Retry-After` seconds',
  503: 'Cannot be done now; try again after `Retry-After` seconds',
};
const retryStatuses = new Set(['429', '503']);

/**
 * Makes the document that Fastify's plugin collects from the routes fit for client authors: a schema with a `title` is
 * one component, referred to wherever it is used; keywords of our own are left out; answers and parameters are described.
 */
export function finishDocument(document: object): object {
  const { components, paths, ...rest } = document as { components?: JsonObject; paths?: JsonObject };
  const schemas: JsonObject = {};

  function publish(schema: Json): Json {
    if (Array.isArray(schema)) return schema.map(publish);
    if (!isObject(schema)) return schema;
    const published: JsonObject = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (schemaMaps.has(keyword) && isObject(value)) {
        published[keyword] = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, publish(each)]));
      } else if (schemaHolders.has(keyword)) published[keyword] = publish(value);
      else if (keyword === 'format' ? !ownFormats.has(value) : keywords.has(keyword)) published[keyword] = value;
    }
    const { title } = schema;
    return typeof title === 'string' ? refer(title, published) : published;
  }

  function refer(title: string, schema: JsonObject): JsonObject {
    const known = schemas[title];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`two schemas are called ${title}`);
    }
    schemas[title] = schema;
    return { $ref: `#/components/schemas/${title}` };
  }

  function describeResponses(responses: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(responses).map(([status, response]) => {
        const { content, ...others } = finish(response) as JsonObject;
        const described: JsonObject = {
          ...others,
          description: descriptions[status] ?? String(others.description),
          ...(retryStatuses.has(status) && { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }),
          ...(content !== undefined && status !== '204' && { content }),
        };
        return [status, described];
      }),
    );
  }

  /** The reference page would fill an example in, and the first try would find nothing: it is told in words. */
  function describeParameter({ example, examples, ...parameter }: JsonObject): JsonObject {
    const several = isObject(examples) ? Object.values(examples).map(each => isObject(each) && each.value) : [];
    const told = example === undefined ? several : [example];
    const words = [
      ...(typeof parameter.description === 'string' ? [parameter.description] : []),
      ...(told.length > 0 ? [`For example ${told.map(each => `\`${each}\``).join(', ')}`] : []),
    ].join('\n\n');
    return { ...(finish(parameter) as JsonObject), ...(words !== '' && { description: words }) };
  }

  function finish(value: Json): Json {
    if (Array.isArray(value)) return value.map(finish);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        if (key === 'schema') return [key, publish(each)];
        if (key === 'responses' && isObject(each)) return [key, describeResponses(each)];
        if (key === 'parameters' && Array.isArray(each)) return [key, each.filter(isObject).map(describeParameter)];
        return [key, finish(each)];
      }),
    );
  }

  const finished = finish(paths ?? {});
  const inOrder = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...rest, paths: finished, components: { ...components, schemas: inOrder } };
}

/** A name for generated clients: "List the addresses of a customer" → `listAddressesOfCustomer`. */
export function operationIdOf(summary: string): string {
  const words = summary
    .split(/[^A-Za-z0-9]+/)
    .filter(word => word !== '' && !['a', 'an', 'the', 'with', 'and'].includes(word.toLowerCase()));
  const [first = '', ...others] = words.map(word => word.toLowerCase());
  return first + others.map(word => word[0]?.toUpperCase() + word.slice(1)).join('');
}
