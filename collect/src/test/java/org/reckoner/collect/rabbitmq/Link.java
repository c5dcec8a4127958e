package org.reckoner.collect.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// A network that can be cut: passes connections on to a broker, until told otherwise.
final class Link implements AutoCloseable {

    private final ServerSocket server;
    private final String host;
    private final int port;
    private final List<Socket> open = new ArrayList<>();
    private boolean cut;

    Link(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    Broker through(Broker broker) {
        return new Broker(
                "127.0.0.1",
                server.getLocalPort(),
                broker.virtualHost(),
                broker.user(),
                broker.password(),
                broker.tls());
    }

    synchronized void cut() throws IOException {
        cut = true;
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
    }

    synchronized void mend() {
        cut = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                if (!join(near)) {
                    near.close();
                }
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private synchronized boolean join(Socket near) throws IOException {
        if (cut) {
            return false;
        }
        Socket far = new Socket(host, port);
        open.add(near);
        open.add(far);
        Thread.ofVirtual().start(() -> pass(near, far));
        Thread.ofVirtual().start(() -> pass(far, near));
        return true;
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException cut) {
            // Either end closed.
        }
    }

    @Override
    public void close() throws IOException {
        cut();
        server.close();
    }
}
