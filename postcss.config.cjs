/** @file Lets style sheets use Mantine's light and dark helpers. */
module.exports = { plugins: { 'postcss-preset-mantine': {} } };
