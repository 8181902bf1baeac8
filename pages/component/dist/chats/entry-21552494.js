export { chats as default } from "../../../bundle/main-5EU33F6H.js";
