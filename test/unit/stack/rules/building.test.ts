import { testFaults } from '../sample-stack.js';

describe('stack rules: images', () => {
  testFaults([
    {
      it: 'a name without "/"',
      replace: '${IMAGES:-localhost:5001/ada}/count:latest',
      by: 'count:latest',
      where: 'functions.count.image',
      what: /has no "\/"/,
      fix: /registry/,
      at: 'count:latest',
    },
    {
      it: 'a variable without a value, which leaves a hole',
      replace: '${IMAGES:-localhost:5001/ada}/count:latest',
      by: '${NOBODY_SETS_THIS}/count:latest',
      where: 'functions.count.image',
      what: /no name of an image/,
      fix: /default/,
      at: '${NOBODY_SETS_THIS}',
    },
    {
      it: 'upper case',
      replace: '/ada}/count:latest',
      by: '/Ada}/count:latest',
      where: 'functions.count.image',
      what: /no name of an image/,
      fix: /lower case/,
      at: '${IMAGES',
    },
    {
      it: 'one image for two functions',
      replace: '/count:latest',
      by: '/greet:latest',
      where: 'functions.count.image',
      what: /greet has this image, too/,
      fix: /after the function/,
      at: '${IMAGES',
    },
    {
      it: 'no image',
      replace: '    image: ${IMAGES:-localhost:5001/ada}/count:latest\n',
      by: '',
      where: 'functions.count.image',
      what: /no image name/,
      fix: /registry/,
      at: 'count:',
    },
  ]);
});

describe('stack rules: folders', () => {
  testFaults([
    {
      it: 'a handler that is not there',
      replace: './functions/count',
      by: './function/count',
      where: 'functions.count.handler',
      what: /there is no folder \.\/function\/count/,
      fix: /path/,
      at: './function/count',
    },
    {
      it: 'the whole repository as handler',
      replace: './functions/count',
      by: './',
      where: 'functions.count.handler',
      what: /whole repository/,
      fix: /folder/,
      at: './',
    },
    {
      it: 'a template that is not there',
      replace: '  count:\n    lang: typescript',
      by: '  count:\n    lang: node22',
      where: 'functions.count.lang',
      what: /no templates\/node22\/template\.yml/,
      fix: /typescript/,
      at: 'node22',
    },
    {
      it: 'no language',
      replace: '  count:\n    lang: typescript\n',
      by: '  count:\n',
      where: 'functions.count',
      what: /no lang/,
      fix: /typescript/,
      at: 'count:',
    },
    {
      it: 'no handler',
      replace: '    handler: ./functions/count\n',
      by: '',
      where: 'functions.count',
      what: /no handler/,
      fix: /handler/,
      at: 'count:',
    },
  ]);
});

describe('stack rules: copy-paths', () => {
  const copy = { replace: '    - lib\n', where: 'configuration.copy' };
  testFaults([
    { ...copy, it: 'a path outside', by: '    - ../lib\n', what: /outside/, fix: /inside/, at: '../lib' },
    {
      ...copy,
      it: 'a path into a sibling whose name begins alike, which faas-cli takes',
      by: '    - ../project-x/lib\n',
      what: /outside/,
      fix: /relative/,
      at: '../project-x',
    },
    { ...copy, it: 'an absolute path', by: '    - /lib\n', what: /outside/, fix: /relative/, at: '/lib' },
    { ...copy, it: 'the whole folder', by: '    - ./\n', what: /whole folder/, fix: /parts/, at: './' },
    { ...copy, it: 'a path that is not there', by: '    - libs\n', what: /no libs/, fix: /Mend/, at: 'libs' },
    { ...copy, it: 'a path given twice', by: '    - lib\n    - lib/\n', what: /twice/, fix: /one out/, at: 'lib/' },
  ]);
});

describe('stack rules: build-options', () => {
  testFaults([
    {
      it: 'an option that the template does not have',
      replace: 'build_options: [git]',
      by: 'build_options: [svn]',
      where: 'functions.greet.build_options',
      what: /no option svn/,
      fix: /Write one of git/,
      at: 'svn',
    },
    {
      it: 'platforms, which are read and never used',
      replace: 'build_options: [git]',
      by: 'platforms: linux/arm64',
      where: 'functions.greet.platforms',
      what: /never uses/,
      fix: /--platforms/,
      at: 'linux/arm64',
    },
  ]);
});
