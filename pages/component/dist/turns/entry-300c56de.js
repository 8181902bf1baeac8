export { turns as default } from "../../../bundle/main-F7ZI4JF7.js";
