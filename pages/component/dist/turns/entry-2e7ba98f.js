export { turns as default } from "../../../bundle/main-FZKKVJCL.js";
