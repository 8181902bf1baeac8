export { run as default } from "../../../bundle/main-FZKKVJCL.js";
