export { run as default } from "../../../bundle/main-I47OW5QE.js";
