export { chats as default } from "../../../bundle/main-FZKKVJCL.js";
