export { chats as default } from "../../../bundle/main-S7ARB5DL.js";
