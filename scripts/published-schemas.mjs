/**
 * The schemas that editors read, out of those that the program judges by: a reference may stand for any value, what has a
 * default or may come from an experiment need not be there, and dotted paths under `set:` are listed.
 */
const draft = 'http://json-schema.org/draft-07/schema#';
const referenceName = 'reference';
const reference = {
  description: 'A reference such as ${params.classes}; it takes the value it names.',
  type: 'string',
  pattern: '\\$\\{',
};

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
const omit = (object, ...keys) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

/** A schema in which `${…}` may stand for every value inside it. `at` is where the reference's own schema stands. */
function loosen(schema, at) {
  const inside = loosenInside(schema, at);
  if ('const' in schema || '$ref' in schema || isPlainText(schema)) return inside;
  const { description, default: standard, ...rule } = inside;
  const facts = { ...(description && { description }), ...(standard !== undefined && { default: standard }) };
  const branches = Array.isArray(rule.anyOf) && Object.keys(rule).length === 1 ? rule.anyOf : [rule];
  return { ...facts, anyOf: [...branches, { $ref: at }] };
}

const isPlainText = ({ type, enum: values, pattern, minLength }) =>
  type === 'string' && values === undefined && pattern === undefined && (minLength ?? 0) <= 1;

/** As `loosen`, but the value itself may not be a reference. */
function loosenInside(schema, at) {
  const made = omit(schema, 'assayFile');
  if (isObject(made.properties)) {
    made.properties = mapValues(made.properties, (child) => loosen(child, at));
    const required = (made.required ?? []).filter((key) => made.properties[key]?.default === undefined);
    delete made.required;
    if (required.length > 0) made.required = required;
  }
  for (const key of ['anyOf', 'oneOf']) {
    if (Array.isArray(made[key])) made[key] = made[key].map((branch) => loosenInside(branch, at));
  }
  if (isObject(made.items)) made.items = loosen(made.items, at);
  if (isObject(made.additionalProperties)) made.additionalProperties = loosen(made.additionalProperties, at);
  if (isObject(made.patternProperties))
    made.patternProperties = mapValues(made.patternProperties, (child) => loosen(child, at));
  if (isObject(made.$defs)) made.$defs = mapValues(made.$defs, (child) => loosenInside(child, at));
  return made;
}

/** A stage's settings as they may be written: all of them may come from somewhere else. */
const loosenSettings = (settings) =>
  omit(loosenInside(settings, `#/definitions/${referenceName}`), 'required');

/** Every dotted path below a schema, with pointers to where its schemas stand. */
function collectPaths(schema, pointer, path, into) {
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const childPath = `${path}.${name}`;
    const childPointer = `${pointer}/properties/${name}`;
    into.set(childPath, [...(into.get(childPath) ?? []), childPointer]);
    collectPaths(child, childPointer, childPath, into);
  }
  for (const key of ['anyOf', 'oneOf']) {
    (schema[key] ?? []).forEach((branch, index) =>
      collectPaths(branch, `${pointer}/${key}/${index}`, path, into),
    );
  }
}

/** A copy as JSON, without the keyword that only the program reads. */
const plain = (schema) =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key === 'assayRule' ? undefined : value)));

/** What a sweep tries at a path: as checked, and with what stands in a list of choices. */
function distributionOf(space, choices) {
  const [[, distribution]] = Object.entries(space.patternProperties);
  const items = { anyOf: [choices.files, choices.entry, {}] };
  const withItems = (branch) => {
    if (branch.type === 'array') return { ...branch, items };
    const list = branch.properties?.choice;
    return list === undefined ? branch : { ...branch, properties: { choice: { ...list, items } } };
  };
  return { ...distribution, anyOf: distribution.anyOf.map(withItems) };
}

/** A network's list of layers may hold repetitions of layers, which are gone when it is judged. Changes `schema`. */
function addRepeat(schema, repeat) {
  const { description, ...layers } = schema.properties.layers;
  const definition = (name) => ({ $ref: `#/$defs/${name}` });
  const settings = plain(repeat);
  settings.properties.layers.items = definition('layer');
  const mapping = layers.items.anyOf.find(({ type }) => type === 'object');
  mapping.properties.repeat = definition('repeat');
  schema.$defs = { ...schema.$defs, layer: layers.items, repeat: settings };
  schema.properties.layers = { ...layers, description, items: definition('layer') };
}

/** `kinds` has the settings' schema of each stage kind by its name. Returns the schemas by the name of their file. */
export function publishedSchemas({ experiment, pipeline, network, repeat, choices, kinds }) {
  const definitions = {
    ...mapValues(kinds, (settings) => loosenSettings(plain(settings))),
    [referenceName]: reference,
  };

  const paths = new Map();
  for (const kind of Object.keys(kinds))
    collectPaths(definitions[kind], `#/definitions/${kind}`, kind, paths);
  const dotted = Object.fromEntries(
    [...paths].map(([path, [first, ...others]]) => [
      path,
      others.length === 0
        ? { $ref: first }
        : { anyOf: [first, ...others].map((pointer) => ({ $ref: pointer })) },
    ]),
  );

  const experimentSchema = plain(experiment);
  experimentSchema.properties.set = {
    ...omit(experimentSchema.properties.set, 'patternProperties'),
    properties: dotted,
    additionalProperties: true,
  };
  const { sweep } = experimentSchema.properties;
  const distribution = { $ref: '#/definitions/distribution' };
  definitions.choiceEntry = plain(choices.entry);
  definitions.choiceEntry.properties.space = { $ref: '#/definitions/space' };
  definitions.filesEntry = plain(choices.files);
  definitions.distribution = distributionOf(sweep.properties.space, {
    entry: { $ref: '#/definitions/choiceEntry' },
    files: { $ref: '#/definitions/filesEntry' },
  });
  definitions.space = {
    ...omit(sweep.properties.space, 'patternProperties'),
    properties: mapValues(dotted, () => distribution),
    additionalProperties: distribution,
  };
  sweep.properties.space = { $ref: '#/definitions/space' };
  sweep.properties.init.items = {
    ...omit(sweep.properties.init.items, 'patternProperties'),
    properties: mapValues(dotted, () => true),
  };

  const pipelineSchema = plain(pipeline);
  const [stage] = Object.values(pipelineSchema.properties.stages.patternProperties);
  const { description, ...uses } = stage.properties.uses;
  stage.properties.uses = {
    description,
    anyOf: [{ enum: Object.keys(kinds) }, { ...uses, pattern: '^\\.{1,2}/|\\.[cm]?[jt]s$' }],
  };
  stage.allOf = Object.keys(kinds).map((kind) => ({
    if: { properties: { uses: { const: kind } }, required: ['uses'] },
    then: { properties: { with: { $ref: `#/definitions/${kind}` } } },
  }));

  const networkSchema = plain(network);
  addRepeat(networkSchema, plain(repeat));
  networkSchema.$defs = { ...networkSchema.$defs, [referenceName]: reference };
  const written = omit(loosenInside(omit(networkSchema, '$defs'), `#/$defs/${referenceName}`), '$defs');
  written.$defs = {
    ...mapValues(omit(networkSchema.$defs, referenceName), (child) =>
      loosen(child, `#/$defs/${referenceName}`),
    ),
    [referenceName]: reference,
  };

  return {
    'experiment.schema.json': {
      $schema: draft,
      $id: 'experiment.schema.json',
      title: 'Experiment',
      ...experimentSchema,
      definitions,
    },
    'pipeline.schema.json': {
      $schema: draft,
      $id: 'pipeline.schema.json',
      title: 'Pipeline',
      ...pipelineSchema,
      definitions,
    },
    'network.schema.json': { $schema: draft, ...written },
  };
}
