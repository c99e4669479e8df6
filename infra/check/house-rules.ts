import type { Rule } from 'eslint';

/** A rule of the house as syntax: what one of the selectors matches is reported with the message. */
interface HouseRule {
  readonly message: string;
  readonly selectors: readonly string[];
}

const ANY_FUNCTION = ':matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression, TSDeclareFunction)';
const STATEMENT = String.raw`/^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|MERGE INTO|TRUNCATE|COPY|LOCK TABLE)\s/`;

/** One ESLint rule each, `laurel/<name>`, so that a probe can show that this very rule reports its violation. */
export const HOUSE_RULES: Readonly<Record<string, HouseRule>> = {
  'max-params': {
    message: 'A function takes at most 4 parameters: pass an object.',
    selectors: [
      `:not(MethodDefinition[kind="constructor"]) > ${ANY_FUNCTION}[params.length>4]`,
      'TSMethodSignature[params.length>4]',
    ],
  },
  'max-constructor-dependencies': {
    message: 'A class has at most 5 dependencies: it does too much.',
    selectors: ['MethodDefinition[kind="constructor"] > FunctionExpression[params.length>5]'],
  },
  'domain-without-clock': {
    message: 'The date is an argument of a rule; nothing in domain/ asks a clock.',
    selectors: [
      'NewExpression[callee.name="Date"]',
      'CallExpression[callee.name="Date"]',
      'MemberExpression[object.name="Date"][property.name="now"]',
      'Identifier[name="performance"]',
    ],
  },
  'domain-without-chance': {
    message: 'A rule decides the same every time; nothing in domain/ draws lots.',
    selectors: ['MemberExpression[object.name="Math"][property.name="random"]', 'Identifier[name="crypto"]'],
  },
  'domain-without-waiting': {
    message: 'A rule is synchronous: no await and no promise in domain/.',
    selectors: [
      'AwaitExpression',
      `${ANY_FUNCTION}[async=true]`,
      'ForOfStatement[await=true]',
      'Identifier[name="Promise"]',
    ],
  },
  'domain-without-decorators': {
    message: 'No framework in domain/: no decorators.',
    selectors: ['Decorator'],
  },
  'domain-without-process': {
    message: 'domain/ knows nothing of the process it runs in.',
    selectors: ['Identifier[name="process"]'],
  },
  'domain-takes-error-codes-only': {
    message: 'Of the contracts, domain/ knows the error codes alone; events belong to use cases.',
    selectors: [
      'ImportDeclaration[source.value="#libs/contracts"] > ImportSpecifier:not([imported.name=/^(LaurelError|ErrorCode|FieldFault)$/])',
      'ImportDeclaration[source.value="#libs/contracts"] > ImportNamespaceSpecifier',
    ],
  },
  'environment-in-config-only': {
    message: 'config.ts is the only reader of process.env.',
    selectors: ['MemberExpression[object.name="process"][property.name="env"]'],
  },
  'no-empty-catch': {
    message: 'An error is handled, told or thrown on; never swallowed.',
    selectors: [
      'CatchClause > BlockStatement[body.length=0]',
      'CallExpression[callee.property.name="catch"] > ArrowFunctionExpression > BlockStatement[body.length=0]',
      'CallExpression[callee.property.name="catch"] > ArrowFunctionExpression[body.type="Identifier"][body.name="undefined"]',
      'CallExpression[callee.property.name="catch"] > ArrowFunctionExpression[body.type="Literal"]',
    ],
  },
  'no-focused-or-skipped-tests': {
    message: 'Every test runs, always.',
    selectors: [
      'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo|failing)$/]',
      'CallExpression[callee.name=/^[xf](it|test|describe)$/]',
    ],
  },
  'no-sleep-in-specs': {
    message: 'A test waits on a signal (`eventually`), never on a sleep.',
    selectors: [
      'CallExpression[callee.name=/^(setTimeout|setInterval|sleep|delay)$/]',
      'ImportDeclaration[source.value=/^(node:)?timers/] > ImportSpecifier[imported.name=/^(setTimeout|setInterval|scheduler)$/]',
    ],
  },
  'sql-in-its-place': {
    message: 'SQL stands in persistence/, migrations/ and libs only.',
    selectors: [
      'TaggedTemplateExpression[tag.name="sql"]',
      `TemplateElement[value.raw=${STATEMENT}]`,
      `Literal[value=${STATEMENT}]`,
    ],
  },
  'consumer-without-try': {
    message: 'Retries, claims and parking are the runner’s: a consumer lets errors through.',
    selectors: ['TryStatement', 'CallExpression[callee.property.name="catch"]'],
  },
  'consumer-name-is-a-literal': {
    message: 'A consumer’s name is half of the inbox key: a literal, `<service>.<what-it-does>`.',
    selectors: [
      String.raw`Decorator > CallExpression[callee.name="Consumes"] Property[key.name="name"]:not([value.value=/^[a-z-]+\.[a-z-]+$/])`,
    ],
  },
  'body-has-a-class': {
    message: 'A union is emitted as Object, and the body is not validated: write `body?: TheRequest`.',
    selectors: [
      'Identifier[typeAnnotation.typeAnnotation.type="TSUnionType"] > Decorator > CallExpression[callee.name="Body"]',
    ],
  },
  'only-the-gateway-calls': {
    message: 'A service never calls another to do its work: it keeps its own copy, fed by events.',
    selectors: ['CallExpression[callee.name="fetch"]'],
  },
};

/** The ESLint plugin `laurel`. */
export const plugin = {
  meta: { name: 'laurel' },
  rules: Object.fromEntries(Object.entries(HOUSE_RULES).map(([name, rule]) => [name, selectorRule(rule)])),
};

function selectorRule(rule: HouseRule): Rule.RuleModule {
  return {
    meta: { type: 'problem', messages: { broken: rule.message }, schema: [] },
    create: (context) =>
      Object.fromEntries(
        rule.selectors.map((selector) => [
          selector,
          (node: Rule.Node) => context.report({ node, messageId: 'broken' }),
        ]),
      ),
  };
}
