export { run as default } from "../../../bundle/main-F6MB6X7K.js";
