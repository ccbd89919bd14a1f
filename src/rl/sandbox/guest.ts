/**
 * @file Source that runs inside QuickJS before the user's text: removes `Math.random`, and defines two functions that
 * keep their own references to built-ins, so that the user's text cannot change them. They return only numbers and
 * strings.
 */

/** The file name of the user's text in stack traces. */
export const rewardFile = 'reward.js';

/** The global that marked loops write their line to. */
export const lineMark = '__line';

/** Evaluates to `{ call, explain }`. */
export const guestSource = `(() => {
  const { parse } = JSON;
  const text = String;
  const { isArray } = Array;
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const short = (value) => slice(text(value), 0, 300);
  Math.random = () => {
    throw new Error('Math.random is not available: a run is a function of its seed');
  };
  const named = (value) => {
    if (value === undefined) return 'nothing (undefined); does every path end in return?';
    if (value === null) return 'null';
    if (typeof value === 'string') return 'the text "' + slice(value, 0, 40) + '"';
    if (typeof value === 'object' && isArray(value)) return 'an array';
    if (value instanceof Promise) return 'a promise; write it without async';
    if (typeof value === 'object') return 'an object';
    return 'a ' + typeof value;
  };
  /* The reward if it is a number, else a description of the value. */
  const call = (reward, json) => {
    const value = reward(parse(json));
    return typeof value === 'number' ? value : named(value);
  };
  /* Two lines of text: name and message, then the stack. Reading a thrown object's properties can throw too. */
  const explain = (thrown) => {
    const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
    if (!isObject) return 'threw ' + (typeof thrown === 'string' ? short(thrown) : named(thrown));
    try {
      return short(thrown.name) + ': ' + slice(text(thrown.message), 0, 300) + '\\n' + text(thrown.stack);
    } catch {
      return 'threw an object that cannot be read';
    }
  };
  return { call, explain };
})()`;
