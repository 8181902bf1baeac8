// Mounts what Streamlit draws again and again, and keeps it as long as its place is there.

/**
 * @param {(parent: HTMLElement) => {tell: (data: object) => void, close: () => void}} begin draws
 *   nothing yet: `tell` does, at every script run; what it triggers, it triggers by `this.trigger`
 * @returns {(component: {data: object, parentElement: HTMLElement, setTriggerValue: Function}) => () => void}
 *   a component, as Streamlit mounts it
 */
export function mounting(begin) {
  const mounted = new WeakMap();
  return ({ data, parentElement, setTriggerValue }) => {
    const view = mounted.get(parentElement) ?? begin(parentElement);
    mounted.set(parentElement, view);
    view.trigger = setTriggerValue; // a new one at every script run
    view.tell(data);
    return () => {
      view.close();
      mounted.delete(parentElement);
    };
  };
}
