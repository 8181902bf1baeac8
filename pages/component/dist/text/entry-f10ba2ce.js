export { text as default } from "../../../bundle/main-FZKKVJCL.js";
