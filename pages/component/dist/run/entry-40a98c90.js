export { run as default } from "../../../bundle/main-5E5PI5NH.js";
