export { text as default } from "../../../bundle/main-457ITG6L.js";
