// Loads style sheets of the bundle.
const loading = new Map();

/**
 * @param {string} file its name in the bundle
 * @returns {Promise<void>} settled when it applies, or cannot be had
 */
export function loadStyle(file) {
  if (!loading.has(file)) {
    loading.set(file, new Promise((settle) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = new URL(file, import.meta.url);
      link.onload = link.onerror = () => settle();
      document.head.append(link);
    }));
  }
  return loading.get(file);
}
