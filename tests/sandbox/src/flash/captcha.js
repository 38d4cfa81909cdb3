// The captcha of the local world, behind the interface of Geetest v3: a button instead of a puzzle.
(() => {
  'use strict';

  const wanted = { gt: 'string', challenge: 'string', offline: 'boolean', new_captcha: 'boolean' };

  function panel(onTap, onClose) {
    const button = (text, action, background, color) => {
      const node = document.createElement('button');
      node.type = 'button';
      node.textContent = text;
      Object.assign(node.style, {
        display: 'block', width: '100%', margin: '.75rem 0', padding: '1rem', border: '0', borderRadius: '.7rem',
        font: 'inherit', fontWeight: '600', background, color, cursor: 'pointer',
      });
      node.addEventListener('click', action);
      return node;
    };
    const box = document.createElement('div');
    Object.assign(box.style, { font: '1rem system-ui, sans-serif', maxWidth: '20rem', margin: '0 auto', padding: '2rem 1rem', textAlign: 'center' });
    const text = document.createElement('p');
    text.textContent = 'This stands in for the puzzle of the real Flash.';
    const solve = button('I am a person', onTap, '#0a7d34', '#fff');
    solve.id = 'captcha-solve';
    const close = button('Close', onClose, 'transparent', '#333');
    close.id = 'captcha-close';
    box.append(text, solve, close);
    return box;
  }

  window.initGeetest = (config, callback) => {
    for (const [name, type] of Object.entries(wanted)) {
      if (typeof config[name] !== type) throw new TypeError(`initGeetest: ${name} must be a ${type}`);
    }
    if (config.product !== 'bind') throw new TypeError('initGeetest: only the product "bind" is played here');
    const heard = {};
    let shown;
    let answer = false;
    const tell = (event) => setTimeout(() => heard[event]?.forEach((listener) => listener()));
    const hide = () => { shown?.remove(); shown = undefined; };
    const puzzle = {
      appendTo: () => puzzle,
      getValidate: () => answer,
      reset() { answer = false; hide(); return puzzle; },
      destroy: hide,
      verify() {
        if (shown) return;
        shown = panel(() => {
          const validate = [...config.challenge].reverse().join('');
          answer = { geetest_challenge: config.challenge, geetest_validate: validate, geetest_seccode: `${validate}|jordan` };
          hide();
          tell('Success');
        }, () => { hide(); tell('Close'); });
        document.body.append(shown);
      },
    };
    for (const event of ['Ready', 'Success', 'Error', 'Close']) {
      puzzle[`on${event}`] = (listener) => { (heard[event] ??= []).push(listener); return puzzle; };
    }
    callback(puzzle);
    tell('Ready');
  };
})();
