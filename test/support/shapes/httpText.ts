import fc from 'fast-check';

const line = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('a', ' ', ':', '#', '{', '}', '@', '/', '<', '&', '?', 'é', '💶', '\t') }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '',
      '###',
      '### b',
      'GET https://a.example',
      'https://b.example',
      'Authorization: old',
      'authorization:x',
      'Authorization: Bearer {{$processEnv ACME_TOKEN}}',
      'A: 1',
      '# c',
      '@v = 1',
      '# @name n',
      '@acme = {{v}}',
      '?q=1',
      '{{',
      '}}',
      '/*',
      '*/',
      '{ "a": 1 }',
      'curl https://a.example',
    ),
  },
);
/** Texts of lines that mean something in .http files, in any order. */
export const httpText = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 20 }), fc.constantFrom('\n', '\r\n'))
  .map(([lines, ending]) => lines.join(ending));
