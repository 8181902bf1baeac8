export { text as default } from "../../../bundle/main-3Y5QAR5T.js";
