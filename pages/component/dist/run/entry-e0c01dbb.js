export { run as default } from "../../../bundle/main-457ITG6L.js";
